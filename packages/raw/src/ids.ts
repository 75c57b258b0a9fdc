// Why a copy was not kept: ids 600 to 699, each with its sentence in @tiny/core/explain.
export const RAW_FULL = 600
export const PACKET_FULL = 601
