using InterestService.Api.Clusterings.Progress;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace InterestService.Api.Tests.Clusterings.Progress;

public sealed class ProgressStreamTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>Bytes of an event, 1,000 of which are more than the buffers between a server and its client hold.</summary>
    private const int Long = 20_000;

    [Fact]
    public async Task A_stream_that_ends_during_a_write_is_not_broken()
    {
        var topic = new ProgressTopic(Guid.NewGuid());
        var progress = ClusteringProgress.At(JobState.Running, new string('x', Long), .5, 1);
        topic.Add([.. Enumerable.Range(1, ProgressEvent.Kept).Select(number => ProgressFrame.Create(number, progress))]);
        using var end = new CancellationTokenSource();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), app => app.MapGet("/progress", async (HttpContext http) =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ProgressStream.WriteAsync(http.Response.Body, topic, 0, TimeProvider.System, end.Token));
        }).AllowAnonymous());
        using var answer = await host.Client.GetAsync(new Uri("/progress", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await Task.Delay(500, TestContext.Current.CancellationToken); // the server waits for a client that does not read
        await end.CancelAsync();
        string read = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, read);
        Assert.StartsWith("id: 1\n", read, StringComparison.Ordinal);
        Assert.InRange(read.Length, Long, Long * (ProgressEvent.Kept - 1));
    }
}
