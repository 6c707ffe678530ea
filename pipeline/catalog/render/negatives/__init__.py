"""Pictures of what is no jewelry, so that a captioner can learn to say so.

They are taken as the pieces are: things on the same tables, in the same light, by the same
cameras; and hands, ears, boxes, dishes and boards without the piece that they show elsewhere.
"""
