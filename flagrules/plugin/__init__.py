"""Plugins: what they may hand over (packs), the hooks they answer, and the host that loads them."""
