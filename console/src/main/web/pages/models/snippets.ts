/** Ways to call a model, ready to copy. */
export interface SnippetOf {
  readonly name: string;
  readonly code: string;
}

export function snippets(base: string, model: string): readonly SnippetOf[] {
  const text = JSON.stringify(model);
  return [
    {
      name: "curl",
      code: `curl -N ${base}/chat/completions \\
  -H "Authorization: Bearer $ARCHIPEL_KEY" \\
  -H "Content-Type: application/json" \\
  -d ${quoted(`{"model": ${text}, "stream": true,
       "messages": [{"role": "user", "content": "Bonjour"}]}`)}`,
    },
    {
      name: "Python",
      code: `from openai import OpenAI

client = OpenAI(base_url="${base}", api_key="ark-…")
stream = client.chat.completions.create(
    model=${text},
    messages=[{"role": "user", "content": "Bonjour"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")`,
    },
    {
      name: "Java",
      code: `OpenAIClient client = OpenAIOkHttpClient.builder()
    .baseUrl("${base}")
    .apiKey("ark-…")
    .build();
ChatCompletion answer = client.chat().completions().create(
    ChatCompletionCreateParams.builder()
        .model(${text})
        .addUserMessage("Bonjour")
        .build());
answer.choices().getFirst().message().content().ifPresent(IO::println);`,
    },
    {
      name: "JavaScript",
      code: `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${base}", apiKey: "ark-…" });
const stream = await client.chat.completions.create({
  model: ${text},
  messages: [{ role: "user", content: "Bonjour" }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}`,
    },
  ];
}

/** Within single quotes of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Where the inference API is, as a browser's machine reaches it. */
export function baseUrl(api: string, here: Location): string {
  const host = api.replace(/^(0\.0\.0\.0|\[::\]|127\.0\.0\.1|\[::1\])(?=:)/, here.hostname);
  return `http://${host}/v1`;
}
