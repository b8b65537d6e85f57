"""Recipes of what is shipped fitted: nothing here is imported by the product."""
