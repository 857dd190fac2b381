/** Fetches a document of the site and has the browser save it as a file. */
export async function save(path: string, type: string, name: string): Promise<void> {
  const answer = await fetch(path, { headers: { accept: type } });
  if (!answer.ok) {
    throw new Error(`HTTP ${answer.status}`);
  }
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
