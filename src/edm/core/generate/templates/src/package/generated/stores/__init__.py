"""What reads and writes objects. Every write passes the rules here."""
