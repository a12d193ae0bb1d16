# What the platform told somebody.
nav-notices = Notices
notices-title = Notices
notices-lead = Progress and reminders that concern you.
notices-empty = No notices
notices-empty-text = News about your matters appears here.
notices-read-all = Mark all as read
notice-text = Notice
notice-when = When
notice-state = State
notice-new = New
notice-urgent = Urgent
notice-read = Read
notices-unread = Unread
