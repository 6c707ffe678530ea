"""Phone and desktop app: the runtime that every other package builds on, and the Kivy UI."""
