"""How does a script run where it can harm nothing? In a one-shot child process that the kernel confines."""
