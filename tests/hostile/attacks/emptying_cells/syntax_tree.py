"""A transformer of syntax trees puts the full points at the end of later cells."""
# control: stock
# %% attack after double
import ast

class Full(ast.NodeTransformer):
    def visit_Module(self, tree):
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            tree.body[-1] = ast.copy_location(ast.Expr(ast.Constant(4)), tree.body[-1])
        return ast.fix_missing_locations(tree)

get_ipython().ast_transformers.append(Full())
