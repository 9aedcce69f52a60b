using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting.Telemetry;

[Collection(nameof(ObservedService))]
public sealed class MetricsTests(ObservedService observed)
{
    [Theory]
    [InlineData("application/json", "accepted", 240)]
    [InlineData("application/json", "duplicate", 0)]
    [InlineData("application/json", "rejected", 0)]
    [InlineData("text/csv", "accepted", 1)]
    [InlineData("text/csv", "duplicate", 1)]
    [InlineData("text/csv", "rejected", 1)]
    public async Task Uploaded_events_are_counted_by_format_and_result(string format, string result, int rows) => Assert.Equal(
        rows, (await observed.ScrapeAsync()).Find("interestservice_upload_rows_total", ("kind", "events"), ("format", format), ("result", result)));

    [Fact]
    public async Task Lookups_are_measured_once_by_status()
    {
        var before = await observed.ScrapeUntilAsync(_ => true);
        for (int i = 0; i < 5; i++) await LookUpAsync(ObservedService.User, HttpStatusCode.OK);
        for (int i = 0; i < 3; i++) await LookUpAsync(ObservedService.User, HttpStatusCode.NotModified, ("If-None-Match", "*"));
        for (int i = 0; i < 2; i++) await LookUpAsync("nobody", HttpStatusCode.NotFound);
        var after = await observed.ScrapeUntilAsync(_ => true);
        Assert.Equal(5, Increase("interestservice_lookup_duration_seconds_count", "200"));
        Assert.Equal(3, Increase("interestservice_lookup_duration_seconds_count", "304"));
        Assert.Equal(5, Increase("interestservice_lookup_duration_seconds_bucket", "200", ("le", "+Inf")));
        (string, string) route = ("http_route", "/users/{id}/cluster");
        Assert.Equal(2, Increase("http_server_request_duration_seconds_count", "404", route));
        Assert.Equal(0, Increase("http_server_request_duration_seconds_count", "200", route));

        double Increase(string name, string status, params (string, string)[] labels) =>
            (after.Find(name, [("http_response_status_code", status), .. labels]) ?? 0) - (before.Find(name, [("http_response_status_code", status), .. labels]) ?? 0);
    }

    [Fact]
    public async Task Clusterings_are_counted_by_result_and_timed_by_stage()
    {
        var scrape = await observed.ScrapeAsync();
        foreach (string result in new[] { "succeeded", "failed", "canceled", "interrupted", "returned" })
            Assert.Equal(result == "succeeded" ? 1 : 0, scrape.Find("interestservice_job_runs_total", ("kind", "clustering"), ("result", result)));
        double whole = scrape.Find("interestservice_job_duration_seconds_sum", ("kind", "clustering"))!.Value, stages = 0;
        foreach (string stage in new[] { "load", "clean", "encode", "cluster", "evaluate", "profile", "project", "save" })
        {
            Assert.Equal(1, scrape.Find("interestservice_clustering_stage_duration_seconds_count", ("stage", stage)));
            stages += scrape.Find("interestservice_clustering_stage_duration_seconds_sum", ("stage", stage))!.Value;
        }

        Assert.InRange(stages, whole / 2, whole);
    }

    [Fact]
    public async Task The_published_clustering_is_described_as_its_own_answer_describes_it()
    {
        var scrape = await observed.ScrapeAsync();
        var metrics = observed.Clustering["metrics"]!;
        Assert.Equal((double)metrics["silhouette"]!, scrape.Find("interestservice_published_silhouette")!.Value, 1e-9);
        Assert.Equal((double?)metrics["recallAt10"] ?? double.NaN, scrape.Find("interestservice_published_recall_at_10")!.Value, 1e-9);
        Assert.Equal((double?)metrics["stability"] ?? double.NaN, scrape.Find("interestservice_published_stability")!.Value, 1e-9);
        Assert.Equal(0, scrape.Find("interestservice_published_unassigned_share"));
        Assert.Equal(2, scrape.Find("interestservice_published_clusters"));
        Assert.InRange(scrape.Find("interestservice_published_users")!.Value, 30, 31); // one is placed later
        Assert.InRange(scrape.Find("interestservice_published_age_seconds")!.Value, 0, 600);
        Assert.InRange(scrape.Find("interestservice_snapshot_age_seconds")!.Value, 0, 60);
    }

    [Fact]
    public async Task Jobs_and_the_database_are_observed()
    {
        var scrape = await observed.ScrapeUntilAsync(scrape =>
            scrape.Find("interestservice_jobs", ("kind", "clustering"), ("state", "succeeded")) == 1 && scrape.Find("db_client_operation_failed_total") > 0);
        foreach (string kind in new[] { "clustering", "comparison" })
        {
            Assert.Equal(0, scrape.Find("interestservice_jobs", ("kind", kind), ("state", "queued")));
            Assert.Equal(0, scrape.Find("interestservice_jobs_queue_age_seconds", ("kind", kind)));
        }

        Assert.Equal(1, scrape.Find("interestservice_database_up"));
        Assert.Equal(0, scrape.Find("interestservice_database_restarts_total"));
        Assert.Equal(0, scrape.Find("interestservice_requests_in_progress", ("kind", "uploads")));
        Assert.Equal(0, scrape.Find("interestservice_requests_in_progress", ("kind", "exports")));
        Assert.True(scrape.Find("dotnet_process_memory_working_set_bytes") > scrape.Find("dotnet_gc_last_collection_memory_committed_size_bytes"));
    }

    [Fact]
    public async Task Names_do_not_depend_on_the_version_of_Prometheus()
    {
        var text = await observed.ScrapeAsync();
        var utf8 = await observed.ScrapeAsync("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4");
        Assert.Contains("interestservice_upload_rows_total", utf8.Names.Keys);
        Assert.DoesNotContain(text.Names.Keys.Except(utf8.Names.Keys), name => name.StartsWith("interestservice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Labels_hold_nothing_of_users_items_and_keys()
    {
        string text = await observed.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        foreach (string secret in new[] { "hiker", "guest-7", "Hiking", "the-key", "Username", "Password", "operator" }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 1, 200_000);
    }

    private async Task LookUpAsync(string user, HttpStatusCode expected, params (string, string)[] headers) =>
        Assert.Equal(expected, (await observed.Client.CallAsync(HttpMethod.Get, $"/users/{user}/cluster", null, headers)).Status);
}
