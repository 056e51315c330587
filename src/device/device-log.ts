/** What the devices say of themselves: one event name and fields, never bytes of a frame, which may be card data. */
export interface DeviceLog {
  warn(fields: Readonly<Record<string, unknown>>): void;
}
