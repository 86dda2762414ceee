package ratelimit

import (
	"runtime"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func tableOf(quota, burst, most int) *table {
	return newTable(Policy{Quota: quota, Window: time.Hour, Burst: burst}, most)
}

// Somebody with very many addresses can neither get rid of an empty bucket nor lock others out.
func TestAFloodOfCallersChangesNothingForOthers(t *testing.T) {
	const most = 100
	table := tableOf(1, 5, most)
	for range 5 {
		table.take(0, start)
	}
	for key := range uint64(100 * most) {
		if taken, _ := table.take(key+1, start); !taken {
			t.Fatalf("caller %d is locked out", key+1)
		}
		if taken, _ := table.take(0, start); taken {
			t.Fatalf("the empty bucket is forgotten after %d others", key+1)
		}
	}
}

// Whoever asks, in whatever order: the table is bounded, and finds what it has.
func TestTheTableIsBoundedAndWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 5).Draw(t, "most")
		table, now := tableOf(3600, 2, most), start
		for _, key := range rapid.SliceOf(rapid.Uint64Range(0, 20)).Draw(t, "keys") {
			now = now.Add(time.Duration(key) * 100 * time.Millisecond)
			table.take(key, now)
			if len(table.buckets) > most || len(table.buckets) != len(table.byKey) {
				t.Fatalf("%d buckets, %d of them found, want at most %d",
					len(table.buckets), len(table.byKey), most)
			}
			for place, b := range table.buckets {
				if table.byKey[b.key] != b || b.place != place {
					t.Fatalf("the bucket of %d is not found at %d", b.key, place)
				}
			}
		}
	})
}

// The table forgets the buckets of those who have not asked for long, without a goroutine.
func TestFullBucketsAreForgotten(t *testing.T) {
	table := tableOf(3600, 1, callersMax)
	for key := range uint64(10_000) {
		table.take(key, start)
	}
	if known := len(table.buckets); known != 10_000 {
		t.Fatalf("%d buckets are known, want all, as each is empty", known)
	}
	for key := range uint64(10_000) {
		table.take(1_000_000+key, start.Add(time.Minute))
	}
	if known := len(table.buckets); known > 11_000 {
		t.Errorf("%d buckets are known, want the newest and few others", known)
	}
}

// docs/operations.md says how much memory limits take.
func TestBytesOfACaller(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	table := tableOf(1, 1, callersMax)
	for key := range uint64(2 * callersMax) {
		table.take(key*0x9E3779B97F4A7C15, start)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := float64(after.HeapAlloc-before.HeapAlloc) / callersMax
	t.Logf("%.0f bytes", each)
	if each > 200 || len(table.buckets) != callersMax {
		t.Errorf("%d callers take %.0f bytes each, want at most 200", len(table.buckets), each)
	}
}
