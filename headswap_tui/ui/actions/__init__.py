"""What the commands do, grouped; each module offers its handlers by command id."""
