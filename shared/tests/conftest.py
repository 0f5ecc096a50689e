from operations_stand import nats_server, opened

__all__ = ["nats_server", "opened"]
