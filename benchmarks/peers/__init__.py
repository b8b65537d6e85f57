"""Stock pipelines of other libraries, and Citewell, over the same documents and questions."""
