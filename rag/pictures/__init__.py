"""A page of a PDF as a picture, and where on it a quotation stands."""

from rag.pictures.bounded import picture_of
from rag.pictures.picture import Box, Limits, PagePicture

__all__ = ["Box", "Limits", "PagePicture", "picture_of"]
