package live

// OweAtMost makes b remember that many debts and no more.
func (b *Broker) OweAtMost(count int) { b.owedMax = count }
