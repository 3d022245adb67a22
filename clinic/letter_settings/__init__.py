"""What a clinic decides about its letters: deadlines, copies, logo, signatures and its calendar."""
