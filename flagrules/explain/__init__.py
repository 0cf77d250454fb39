"""Why a title was or was not granted: the story as data, as text and as a page."""
