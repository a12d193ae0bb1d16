# What the platform told somebody.
nav-notices = 通知
notices-title = 通知
notices-lead = 与您有关的办理进展和提醒。
notices-empty = 没有通知
notices-empty-text = 有新的进展时会显示在这里。
notices-read-all = 全部标为已读
notice-text = 内容
notice-when = 时间
notice-state = 状态
notice-new = 未读
notice-urgent = 紧急
notice-read = 已读
notices-unread = 未读
