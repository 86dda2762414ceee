package service

import "testing"

func TestAddressesInEvents(t *testing.T) {
	for _, good := range []Config{
		{}, {EventsSource: "/orders", PublicURL: "https://shop.example"},
		{EventsSource: "urn:shop:orders", PublicURL: "http://localhost:3000/"},
		{EventsSource: "https://shop.example/b%20c", PublicURL: "https://[::1]:8443/a/b%20c"},
	} {
		if err := good.checkMessages(); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []Config{
		{EventsSource: "/or ders"}, {EventsSource: "/ü"}, {EventsSource: ":"},
		{EventsSource: "/a\n"}, {EventsSource: "%"},
		{PublicURL: "shop.example"}, {PublicURL: "/orders"}, {PublicURL: "ftp://shop.example"},
		{PublicURL: "https://"}, {PublicURL: "https://:443"},
		{PublicURL: "https://u:p@shop.example"}, {PublicURL: "https://shop.example?x=1"},
		{PublicURL: "https://shop.example#x"},
		{PublicURL: "https://shop.example/a b"}, {PublicURL: "https://shop.example/?"},
		{PublicURL: "https://shop.example/\x00"},
	} {
		if bad.checkMessages() == nil {
			t.Errorf("%q and %q are taken", bad.EventsSource, bad.PublicURL)
		}
	}
}
