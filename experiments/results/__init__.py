"""Judged runs as the page, a race table or a file shows them."""
