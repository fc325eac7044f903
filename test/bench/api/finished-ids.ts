/** What `GET /images` answers. */
export async function finishedIds(url: string): Promise<number[]> {
  const response = await fetch(`${url}/images`);
  const { image_ids } = (await response.json()) as { image_ids: number[] };
  return image_ids;
}
