"""The pages of staff, in English: the queue, the class, submissions, regrades, extensions, people, the audit trail."""
