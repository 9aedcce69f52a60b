using System.IO.Compression;
using System.Text;
using InterestService.Api.Tests.Support;
using InterestService.Client;

namespace InterestService.Api.Tests.Clients;

/// <summary>The generated client against the real service.</summary>
public sealed class InterestServiceClientTests(PostgresFixture postgres)
{
    private static readonly string[] _topics = ["cycling", "baking"];

    [Fact]
    public async Task Events_become_clusters_that_are_published_and_looked_up()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = InterestServiceClient.Create(host.BaseAddress);
        await using var csv = Gzip(Csv(users: 60));
        var uploaded = await client.UploadEventsAsync(csv, UploadFormat.Csv.Compressed("gzip"), cancellation);
        Assert.Equal((360, 360, 0), (uploaded.Received, uploaded.Accepted, uploaded.Rejected));
        var last = new UploadedEvent { UserId = "user/0 ü", ItemId = "cycling-1", EventType = "purchase", Timestamp = new DateTimeOffset(2026, 2, 1, 8, 0, 0, TimeSpan.Zero) };
        Assert.Equal(1, (await client.UploadEventsAsync([last], cancellation)).Accepted);

        var request = new StartClusteringRequest { Encoder = "svd", Clusters = 2, Publish = "manual" };
        var started = await client.StartClusteringAsync(body: request, cancellationToken: cancellation);
        var states = new Recorder();
        var clustering = await client.WaitForClusteringAsync(started.Id, states, cancellation);
        Assert.Equal(JobState.Succeeded, clustering.State);
        Assert.Equal(2, clustering.Request.Clusters.Number);
        Assert.Equal((JobState.Succeeded, 1), (states.Reports[^1].State, states.Reports[^1].Progress));
        Assert.False(clustering.Published);

        Assert.True((await client.PublishClusteringAsync(started.Id, cancellation)).Published);
        var user = await client.GetUserClusterAsync("user/0 ü", cancellation);
        Assert.Equal(started.Id, user.ClusteringId);
        Assert.Equal(2, (await client.ListClustersAsync(cancellationToken: cancellation)).Items.Count);
        Assert.Contains("cycling", (await client.GetClusterAsync(user.ClusterId, cancellation)).TopCategories.Select(category => category.Name));
        var interests = await client.GetUserInterestsAsync("user/0 ü", cancellationToken: cancellation);
        Assert.Equal("cycling", interests.Interests[0].Name);
    }

    [Fact]
    public async Task A_name_is_changed_without_touching_the_note()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = await PublishedHost.StartAsync(postgres);
        var client = InterestServiceClient.Create(host.BaseAddress);
        int id = (await client.ListClustersAsync(limit: 1, cancellationToken: cancellation)).Items.Single().Id;
        await client.ChangeClusterAsync(id, new ChangeClusterRequest { Note = "keep" }, cancellation);
        var changed = await client.ChangeClusterAsync(id, new ChangeClusterRequest { Label = "Walkers" }, cancellation);
        Assert.Equal(("Walkers", "keep"), (changed.Label, changed.Note));
    }

    [Fact]
    public async Task Null_removes_a_note_or_a_name_and_leaves_the_other()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = await PublishedHost.StartAsync(postgres);
        var client = InterestServiceClient.Create(host.BaseAddress);
        var cluster = (await client.ListClustersAsync(limit: 1, cancellationToken: cancellation)).Items.Single();
        await client.ChangeClusterAsync(cluster.Id, new ChangeClusterRequest { Label = "Walkers", Note = "seasonal" }, cancellation);
        var withoutNote = await client.ChangeClusterAsync(cluster.Id, new ChangeClusterRequest { Note = null }, cancellation);
        Assert.Equal(("Walkers", null), (withoutNote.Label, withoutNote.Note));
        var withoutName = await client.ChangeClusterAsync(cluster.Id, new ChangeClusterRequest { Label = null, Note = "steady" }, cancellation);
        Assert.Equal((cluster.Label, "steady"), (withoutName.Label, withoutName.Note));
    }

    [Fact]
    public async Task A_number_of_clusters_may_be_left_to_the_service()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = InterestServiceClient.Create(host.BaseAddress);
        var started = await client.StartClusteringAsync(body: new StartClusteringRequest { Clusters = ClusterCount.Auto }, cancellationToken: cancellation);
        Assert.Equal(ClusterCount.Auto, started.Request.Clusters);
        Assert.Equal(JobState.Failed, (await client.WaitForClusteringAsync(started.Id, cancellationToken: cancellation)).State);
    }

    [Fact]
    public async Task Problems_are_exceptions_that_carry_the_document()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = InterestServiceClient.Create(host.BaseAddress);
        var invalid = await Assert.ThrowsAsync<ApiException<HttpValidationProblemDetails>>(() => client.ListClustersAsync(limit: 0, cancellationToken: cancellation));
        Assert.Equal((400, "limit"), (invalid.StatusCode, invalid.Result.Errors!.Single().Key));
        var missing = await Assert.ThrowsAsync<ApiException<ProblemDetails>>(() => client.WaitForClusteringAsync(Guid.NewGuid(), cancellationToken: cancellation));
        Assert.Equal((404, 404), (missing.StatusCode, missing.Result.Status));
        var cut = await Assert.ThrowsAsync<ApiException<ProblemDetails>>(
            () => client.PutItemsAsync(new MemoryStream("[{\"itemId\""u8.ToArray()), UploadFormat.Json, cancellation));
        Assert.Equal(400, cut.StatusCode);
        Assert.Contains("JSON", cut.Result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_is_sent()
    {
        await using var host = await ApiHost.StartAsync(
            await postgres.CreateDatabaseAsync(), "--environment=Production", "--InterestService:ApiKeys:0:Name=reader",
            "--InterestService:ApiKeys:0:Key=0123456789abcdef0123456789abcdef", "--InterestService:ApiKeys:0:Scopes:0=interests:read");
        var cancellation = TestContext.Current.CancellationToken;
        var refused = await Assert.ThrowsAsync<ApiException<ProblemDetails>>(
            () => InterestServiceClient.Create(host.BaseAddress).ListClustersAsync(cancellationToken: cancellation));
        Assert.Equal(401, refused.StatusCode);
        var client = InterestServiceClient.Create(host.BaseAddress, "0123456789abcdef0123456789abcdef");
        Assert.Empty((await client.ListClustersAsync(cancellationToken: cancellation)).Items);
    }

    [Fact]
    public async Task A_lost_connection_goes_on_where_it_broke()
    {
        using var service = new LossyService();
        using var http = new HttpClient(service) { BaseAddress = new Uri("http://service.test") };
        var seen = new List<double>();
        await foreach (var now in new InterestServiceClient(http).FollowClusteringAsync(Guid.NewGuid(), TestContext.Current.CancellationToken))
            seen.Add(now.Progress);
        Assert.Equal([.1, .2, 1], seen);
        Assert.Equal([null, "8"], service.LastEventIds);
    }

    /// <summary>Two groups of users; one user has an id that must be escaped in a path.</summary>
    private static string Csv(int users)
    {
        var csv = new StringBuilder("user_id,item_id,event_type,timestamp,category\n");
        for (int user = 0; user < users; user++)
        {
            string topic = _topics[user % 2];
            for (int item = 0; item < 6; item++) csv.Append(FormattableString.Invariant($"user/{user} ü,{topic}-{(user + item) % 9},view,2026-01-{1 + item:00}T10:00:00Z,{topic}\n"));
        }

        return csv.ToString();
    }

    private static MemoryStream Gzip(string text)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        compressed.Position = 0;
        return compressed;
    }

    /// <summary>Records reports in their order, on the thread that makes them.</summary>
    private sealed class Recorder : IProgress<ClusteringProgress>
    {
        public List<ClusteringProgress> Reports { get; } = [];

        public void Report(ClusteringProgress value) => Reports.Add(value);
    }

    /// <summary>Breaks the first connection in the middle of an event, and ends the clustering at the second.</summary>
    private sealed class LossyService : HttpMessageHandler
    {
        public List<string?> LastEventIds { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            LastEventIds.Add(request.Headers.TryGetValues("Last-Event-ID", out var ids) ? ids.Single() : null);
            var body = LastEventIds.Count == 1
                ? new BrokenStream($"{Event(7, "running", .1)}{Event(8, "running", .2)}id: 9\ndata: {{\"sta")
                : (Stream)new MemoryStream(Encoding.UTF8.GetBytes(Event(9, "succeeded", 1)));
            return Task.FromResult(new HttpResponseMessage { Content = new StreamContent(body) });
        }

        private static string Event(int id, string state, double progress) =>
            FormattableString.Invariant($"id: {id}\ndata: {{\"state\":\"{state}\",\"progress\":{progress}}}\n\n");
    }

    private sealed class BrokenStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new IOException("The connection was reset.");
        }
    }
}
