using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Clusterings.Progress;

/// <summary>
/// Reads the events of all clusterings that someone listens to, with one query for all of them twice a second, whatever the number of
/// listeners and wherever the worker runs; without listeners there is no query. Safe for concurrent use.
/// </summary>
internal sealed partial class ProgressFeed(NpgsqlDataSource database, ILogger<ProgressFeed> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>The next query repeats one without an answer.</summary>
    private const int TimeoutSeconds = 5;

    private const string Sql = """
        SELECT followed.id, clusterings.id IS NOT NULL, number, state, stage, progress, loss, recall_at10, epoch, elapsed
        FROM unnest($1::uuid[], $2::bigint[]) AS followed (id, after)
        LEFT JOIN (SELECT id FROM clusterings WHERE deleted_at IS NULL) AS clusterings ON clusterings.id = followed.id
        LEFT JOIN progress_events ON clustering_id = clusterings.id AND number > after
        ORDER BY followed.id, number
        """;

    private readonly Dictionary<Guid, ProgressTopic> _topics = [];
    private readonly SemaphoreSlim _wanted = new(0); // released when a topic is new, which is then read at once

    /// <summary>Begins to listen to a clustering, which need not exist.</summary>
    public Listening Follow(Guid id)
    {
        lock (_topics)
        {
            if (!_topics.TryGetValue(id, out var topic) || topic.Found.IsFaulted)
            {
                _topics[id] = topic = new ProgressTopic(id);
                _wanted.Release();
            }

            topic.Listeners++;
            return new Listening(this, topic);
        }
    }

    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await WaitAsync(stoppingToken);
            if (Followed() is not { Length: > 0 } topics) continue;
            try
            {
                await ReadAsync(topics, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception, Interval);
                foreach (var topic in topics) topic.Fail(exception); // those who listen already go on, and miss nothing
            }
        }
    }

    /// <summary>Waits for a new topic or, while there are topics, for the next round.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        if (Followed().Length == 0) await _wanted.WaitAsync(cancellation);
        else await _wanted.WaitAsync(Interval, cancellation);
        while (_wanted.Wait(0, CancellationToken.None)) { } // one query serves all who came meanwhile
    }

    private ProgressTopic[] Followed()
    {
        lock (_topics) return [.. _topics.Values.Where(topic => !topic.HasEnded)];
    }

    private async Task ReadAsync(ProgressTopic[] topics, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand(Sql);
        query.CommandTimeout = TimeoutSeconds;
        query.Parameters.AddWithValue(topics.Select(topic => topic.Clustering).ToArray());
        query.Parameters.AddWithValue(topics.Select(topic => topic.Last).ToArray());
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var found = topics.ToDictionary(topic => topic.Clustering, _ => new List<ProgressFrame>());
        while (await reader.ReadAsync(cancellation))
        {
            Guid id = reader.GetGuid(0);
            if (!reader.GetBoolean(1)) found.Remove(id);
            else if (!reader.IsDBNull(2)) found[id].Add(ProgressFrame.Create(reader.GetInt64(2), Read(reader)));
        }

        foreach (var topic in topics)
        {
            if (!found.TryGetValue(topic.Clustering, out var frames)) topic.End();
            else topic.Add(frames);
        }
    }

    private static ClusteringProgress Read(NpgsqlDataReader reader)
    {
        var state = Enum.Parse<JobState>(reader.GetString(3), ignoreCase: true);
        return ClusteringProgress.At(state, reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetDouble(5), Number(9)) with
        {
            Loss = Number(6),
            RecallAt10 = Number(7),
            Epoch = reader.IsDBNull(8) ? null : reader.GetInt32(8),
        };

        double? Number(int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
    }

    private void Leave(ProgressTopic topic)
    {
        lock (_topics)
        {
            if (--topic.Listeners == 0 && _topics.GetValueOrDefault(topic.Clustering) == topic) _topics.Remove(topic.Clustering);
        }
    }

    /// <summary>The time in which someone listens to a clustering.</summary>
    internal sealed class Listening(ProgressFeed feed, ProgressTopic topic) : IDisposable
    {
        public ProgressTopic Topic => topic;

        public void Dispose() => feed.Leave(topic);
    }

    [LoggerMessage(LogLevel.Warning, "The progress of clusterings cannot be read; next attempt in {Interval}")]
    private partial void LogFailed(Exception exception, TimeSpan interval);
}
