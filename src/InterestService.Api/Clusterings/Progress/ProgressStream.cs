namespace InterestService.Api.Clusterings.Progress;

/// <summary>Writes the events of a topic to one listener as Server-Sent Events, with comments when nothing happens.</summary>
internal static class ProgressStream
{
    public const string ContentType = "text/event-stream";

    /// <summary>Maximum time without an event or a comment. Proxies close idle connections, typically after 30 to 60 seconds.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly byte[] _heartbeat = ": heartbeat\n\n"u8.ToArray();

    /// <summary>Writes until the clustering is over.</summary>
    /// <param name="body">Receives the events.</param>
    /// <param name="topic">The events.</param>
    /// <param name="seen">Number of the last event that the listener has seen; null for none, which asks for the latest event and what follows.</param>
    /// <param name="time">The clock of the heartbeat.</param>
    /// <param name="cancellation">Ends the stream between two writes: Kestrel breaks a connection whose write is cancelled.</param>
    public static async Task WriteAsync(Stream body, ProgressTopic topic, long? seen, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            var (frames, ended, changed) = topic.After(seen);
            foreach (var frame in frames)
            {
                cancellation.ThrowIfCancellationRequested();
                await body.WriteAsync(frame.Text, CancellationToken.None);
            }

            if (frames.Count > 0) seen = frames[^1].Number;
            await body.FlushAsync(CancellationToken.None);
            if (ended) return;
            try
            {
                await changed.WaitAsync(Heartbeat, time, cancellation);
            }
            catch (TimeoutException)
            {
                await body.WriteAsync(_heartbeat, CancellationToken.None);
            }
        }
    }
}
