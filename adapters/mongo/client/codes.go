package client

// Codes of MongoDB's errors, under the names that the server gives them, but for those of the
// last group.
const (
	codeBadValue                           = 2
	codeHostUnreachable                    = 6
	codeHostNotFound                       = 7
	codeFailedToParse                      = 9
	codeUnauthorized                       = 13
	codeOverflow                           = 15
	codeAuthenticationFailed               = 18
	CodeIllegalOperation                   = 20
	codeInvalidBSON                        = 22
	CodeLockTimeout                        = 24
	CodeNamespaceNotFound                  = 26
	CodeIndexNotFound                      = 27
	CodeMaxTimeMSExpired                   = 50
	codeCommandNotFound                    = 59
	codeInvalidOptions                     = 72
	codeInvalidNamespace                   = 73
	CodeIndexOptionsConflict               = 85
	CodeNetworkTimeout                     = 89
	CodeShutdownInProgress                 = 91
	CodeWriteConflict                      = 112
	CodeCommandNotSupported                = 115
	CodeDocumentValidationFailure          = 121
	codeCappedPositionLost                 = 136
	codeCommandNotSupportedOnView          = 166
	CodePrimarySteppedDown                 = 189
	CodeNoSuchTransaction                  = 251
	codeInvalidResumeToken                 = 260
	CodeExceededTimeLimit                  = 262
	CodeOperationNotSupportedInTransaction = 263
	codeChangeStreamFatalError             = 280
	codeChangeStreamHistoryLost            = 286
	CodeCollectionUUIDMismatch             = 361
	codeSocketException                    = 9001
	CodeNotWritablePrimary                 = 10107
	codeBSONObjectTooLarge                 = 10334
	CodeDuplicateKey                       = 11000
	CodeInterruptedAtShutdown              = 11600
	CodeInterruptedDueToReplStateChange    = 11602
	CodeNotPrimaryNoSecondaryOk            = 13435
	CodeNotPrimaryOrSecondary              = 13436

	CodeFeatureNotSupported = 303   // Amazon DocumentDB lacks what was asked for.
	codeAtlas               = 8000  // Atlas refuses by itself.
	codeTooLargeOnceUpdated = 17419 // An update would make the document too large.
	codeTooLargeToInsert    = 17420
	codeUnknownField        = 40415
	codeForeignResumeToken  = 40647 // The token is of no change stream like this one.
)
