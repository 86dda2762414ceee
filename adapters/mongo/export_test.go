package mongo

// WithoutNews makes f the feed of a process that appends nothing.
func WithoutNews(f *EventFeed) *EventFeed {
	f.news = newNews()
	return f
}
