/** One server-sent event. @param data in one line */
export function eventText(type: string, data = ''): string {
  return `event: ${type}\ndata: ${data}\n\n`;
}
