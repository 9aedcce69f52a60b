using System.Net;
using InterestService.Api.Exports;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings.Exports;

/// <summary>What is the same for all tables.</summary>
public sealed class ExportTests(PostgresFixture postgres)
{
    private static readonly string[] _tables = ["assignments", "clusters", "interests"];

    [Fact]
    public async Task A_clustering_without_users_has_tables_without_users()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var id = await new StoredClusterings(host.Services.GetRequiredService<NpgsqlDataSource>()).AddAsync(users: 0);
        foreach (string table in _tables)
        {
            var rows = await host.Client.AssertFormatsAgreeAsync($"/clusterings/{id}/{table}");
            Assert.Equal(table == "clusters" ? 2 : 0, rows.Length);
        }
    }

    [Fact]
    public async Task Problems_tell_what_cannot_be_exported()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(host.Services.GetRequiredService<NpgsqlDataSource>());
        Guid done = await stored.AddAsync(), failed = await stored.AddAsync("failed"), running = await stored.AddAsync("running"), deleted = await stored.AddAsync();
        await host.Client.DoAsync(HttpMethod.Delete, $"/clusterings/{deleted}");
        foreach (string table in _tables)
        {
            await AssertAsync(HttpStatusCode.NotFound, Guid.NewGuid());
            await AssertAsync(HttpStatusCode.NotFound, deleted);
            await AssertAsync(HttpStatusCode.Conflict, failed);
            await AssertAsync(HttpStatusCode.Conflict, running);
            foreach (string accept in new[] { "application/json", "text/csv;q=0" })
            {
                var problem = await host.Client.AssertProblemAsync(HttpStatusCode.NotAcceptable, HttpMethod.Get, $"/clusterings/{done}/{table}", null, ("Accept", accept));
                foreach (var format in ExportFormat.All) Assert.Contains(format.MediaType, (string?)problem["detail"], StringComparison.Ordinal);
            }

            Task AssertAsync(HttpStatusCode expected, Guid id) =>
                host.Client.AssertProblemAsync(expected, HttpMethod.Get, $"/clusterings/{id}/{table}", null, ("Accept", "text/csv"));
        }
    }

    [Fact]
    public async Task HEAD_answers_with_headers_alone()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var id = await new StoredClusterings(host.Services.GetRequiredService<NpgsqlDataSource>()).AddAsync();
        var (status, _, response) = await host.Client.CallAsync(HttpMethod.Head, $"/clusterings/{id}/assignments", null, ("Accept", "text/csv"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"assignments-{id}.csv", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
    }

    [Theory]
    [InlineData(null, "application/x-ndjson")]
    [InlineData("*/*", "application/x-ndjson")]
    [InlineData("text/*", "text/csv")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "application/x-ndjson")]
    [InlineData("text/html, text/csv;q=0.5, application/vnd.apache.parquet;q=0.9", "application/vnd.apache.parquet")]
    [InlineData("APPLICATION/VND.APACHE.ARROW.STREAM", "application/vnd.apache.arrow.stream")]
    [InlineData("*/*, application/x-ndjson;q=0, text/csv;q=0.1", "application/vnd.apache.parquet")]
    [InlineData("application/*;q=0, */*", "text/csv")]
    public void The_preferred_format_is_chosen(string? accept, string expected)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        if (accept is not null) http.Request.Headers.Accept = accept;
        Assert.Equal(expected, ExportFormat.Choose(http.Request)?.MediaType);
    }
}
