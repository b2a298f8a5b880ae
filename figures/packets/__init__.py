"""Pictures as the stage takes them: a header with every word of them, and arrays. Knows no Streamlit and no JAX."""
