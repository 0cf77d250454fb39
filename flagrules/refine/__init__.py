"""A county over its city: permission, merge and proof."""
