export const TFO_MALFORMED = 700
export const TFO_COOKIE = 701
export const TFO_PENDING = 702
export const TFO_PASSIVE = 703
export const TFO_ACTIVE = 704
export const TFO_FAILED = 705
export const TFO_FORGOTTEN = 706
export const TFO_ASKED = 707
