"""Two versions of Wiredesk on one broker: `python -m tests.versions OTHER_CHECKOUT`."""
