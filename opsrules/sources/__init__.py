"""What an account's sources are and lack: facts of each file, gaps in the days, drafts for what nobody declared yet."""
