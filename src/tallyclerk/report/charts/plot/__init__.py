"""Draws charts that were compiled for Vega as Vega does, as far as ours go.

Starting Vega and drawing nine charts takes a third of the time of a card. Ours need few of its marks, scales
and transforms, and those are short. What is not known here is `Strange` and left to Vega, and a test holds
every chart of ours against Vega's drawing of it, element by element.
"""
