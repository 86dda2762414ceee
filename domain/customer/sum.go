package customer

import (
	"math/big"

	"orders/domain/order"
)

// A Sum is the exact sum of any number of amounts of one currency. The zero Sum is that of none.
type Sum struct {
	Minor    *big.Int // Nil for 0. Copies of the Sum share it, so only Add changes it.
	Currency order.Currency
}

// Add adds an amount of the sum's currency.
func (s *Sum) Add(m order.Money) {
	if s.Minor == nil {
		s.Minor = new(big.Int)
	}
	s.Minor.Add(s.Minor, big.NewInt(m.Minor))
	s.Currency = m.Currency
}

// Major gives the sum in major units with no more decimals than it needs, such as 10.9.
// It is also a JSON number.
func (s Sum) Major() string {
	minor := new(big.Int)
	if s.Minor != nil {
		minor = s.Minor
	}
	return string(s.Currency.AppendMajor(nil, minor.Append(nil, 10)))
}
