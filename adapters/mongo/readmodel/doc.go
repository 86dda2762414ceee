// Package readmodel keeps views of any kind in generations, with their position, their parked
// orders and their lease.
//
// A generation is one collection of views. Saves go to all generations that are fed; readers see
// the live one. A rebuild fills a candidate beside it and switches, and a rollback reopens the
// previous one:
//
//	        Begin                  Switch
//	(none) -------> candidate ---------------> live      readers see it; fed
//	                 fed |  ^                    | Switch to another one
//	    not renewed for  |  |                    v
//	           openTime  |  | Reopen          leaving       still fed, until all readers turned
//	                     v  |                    | after leaveTime
//	                 dropped +----- previous <---+          no longer fed, kept for a rollback
//	                                     | the next Switch
//	                                     v
//	                                  dropped
//
// All of that is one document, the state. Each transition is one update of it, which raises its
// epoch. A process uses a state for a second and reads it again before that, so a switch waits
// until no process uses a state that lacks the candidate. A process that saved by an outdated
// state cannot advance the position: each collection that comes to be fed raises the fed epoch.
package readmodel
