"""OAI-PMH 2.0 (Open Archives Initiative Protocol for Metadata Harvesting, 2002): how libraries and indexes collect what
we say of our public papers. Section numbers in these modules are those of the protocol.
"""
