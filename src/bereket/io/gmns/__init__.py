"""GMNS, the General Modeling Network Specification (0.96): a model from it, and to it.

``reading`` makes a model of a folder of GMNS tables, ``writing`` a folder of a model;
``words`` holds the names of the standard, ``places`` what coordinates tell.
"""
