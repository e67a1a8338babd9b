"""What whoever runs the server needs: logs, figures, health, backup, retention."""
