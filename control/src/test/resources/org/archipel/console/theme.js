theme
