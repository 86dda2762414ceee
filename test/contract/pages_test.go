package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Pages for newcomers say how many laws a new store has to obey.
func TestPagesCountTheLaws(t *testing.T) {
	write := len(eventStoreLaws) + len(readLaws) + len(eventFeedLaws) + len(twoLogsLaws) +
		len(timelineLaws) + len(archiveLaws)
	of := len(orderModelLaws())
	customers := len(customerRowsLaws())
	for page, says := range map[string][]string{
		"docs/contributing.md": {
			fmt.Sprintf("%d laws, and %d more if it lasts", write, len(lastingLaws)),
			fmt.Sprintf("`Subscriptions` to its feed, with %d laws", len(subscriptionsLaws())),
			fmt.Sprintf("%d laws for the orders, %d for the customers", of, customers),
			fmt.Sprintf("`DurableOrders` reads it for them: %d laws",
				len(viewFeedLaws)+len(durableOrdersLaws)),
			fmt.Sprintf("%d of its own, and the %d of every read model",
				customers-len(rowKind.laws()), len(rowKind.laws())),
			fmt.Sprintf("`TopicReader`) has %d laws", len(publisherLaws)+len(topicReaderLaws)),
		},
		"test/example/jsonl/README.md": {
			fmt.Sprintf("all %d laws", write+len(lastingLaws)),
		},
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(page)))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range says {
			if !strings.Contains(strings.Join(strings.Fields(string(text)), " "), want) {
				t.Errorf("%s does not say: %s", page, want)
			}
		}
	}
}
