"""Rule text to located nodes and back; the only package that imports lark."""
