using InterestService.Api.Access;
using InterestService.Api.Assignments;
using InterestService.Api.Cli;
using InterestService.Api.Clusterings;
using InterestService.Api.Clusterings.Exports;
using InterestService.Api.Clusterings.Maps;
using InterestService.Api.Clusterings.Progress;
using InterestService.Api.Clusters;
using InterestService.Api.Comparisons;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Bodies;
using InterestService.Api.Hosting.Dashboard;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Hosting.Pages;
using InterestService.Api.Hosting.RateLimits;
using InterestService.Api.Hosting.Telemetry;
using InterestService.Api.Ingestion;
using InterestService.Api.Jobs;
using InterestService.Api.LanguageModels;
using InterestService.Api.Privacy;
using InterestService.Api.Publishing;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Saved;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Reclustering;
using InterestService.Api.Recommendations;
using InterestService.Api.Recommendations.Feedback;
using InterestService.Api.Requests;
using InterestService.Api.Streams;
using InterestService.Api.Users;
using InterestService.Pipeline.LanguageModels;
using Microsoft.Extensions.Options;

namespace InterestService.Api;

internal static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args);

    /// <summary>Builds the host without starting it; the database is opened in between.</summary>
    public static WebApplication Build(string[] args)
    {
        // The settings file is in the program's folder, whatever the working directory is.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretFiles(args);
        var role = builder.Configuration.GetValue($"{InterestServiceOptions.Section}:{nameof(InterestServiceOptions.Role)}", Role.All);

        builder.AddLogging();
        builder.AddTelemetry();
        builder.AddRejectedRequests();
        // A request is read, answered and sent on one thread. Handlers must not block on their own request's body; nothing here does.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        // Requests and jobs end at the same time: supervisors usually give a process 30 s. Jobs get less than the host, which gives up otherwise.
        builder.Services.Configure<HostOptions>(host => (host.ShutdownTimeout, host.ServicesStopConcurrently) = (TimeSpan.FromSeconds(20), true));
        builder.Services.AddSettings<InterestServiceOptions>(check: options => options.Validate());
        builder.Services.AddSettings<PipelineDefaults>(check: defaults => defaults.Validate());
        builder.Services.AddSettings<TextModelOptions>(TextModelOptions.Subsection, check: options => options.Validate());
        builder.Services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<TextModelOptions>>().Value;
            return new TextModels(options.CacheMegabytes, source => EmbeddingsApi.Open(options, source));
        });
        builder.Services.AddSingleton<PipelineOptionsFactory>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddJson();
        builder.Services.AddProblems();
        builder.Services.AddApiKeys();
        builder.Services.AddRateLimits();
        builder.Services.AddPages();
        builder.Services.AddRequestDecoding();
        builder.Services.AddOpenApiDocument();
        builder.Services.AddDatabase();
        builder.Services.AddSnapshots(); // the snapshot begins to load before anything else starts
        builder.Services.AddSavedSnapshots(role);
        builder.Services.AddPublishing();
        builder.Services.AddPublishedModel(role);
        builder.Services.AddJobs(role);
        builder.Services.AddIngestion(role);
        builder.AddStreams(role);
        builder.Services.AddClusterings(role);
        builder.Services.AddClusteringExports();
        builder.Services.AddProgress();
        builder.Services.AddComparisons();
        builder.Services.AddClusterNames();
        builder.Services.AddUserInterests();
        builder.Services.AddRecommendations();
        builder.Services.AddFeedback();
        builder.Services.AddReclustering(role);
        builder.Services.AddPrivacy();
        builder.Services.AddKeys();

        var app = builder.Build();
        app.UseRejectedRequests();
        app.UseNoSniffing();
        app.UseHead();
        app.UseRouting();
        app.UseEscapedRouteValues();
        app.UseEarlyLookups();
        app.UseTraces();
        app.UseRequestLog();
        app.UseProblems();
        app.UseDatabaseDeadline();
        app.UseApiKeys();
        app.UseRateLimits();
        app.UseSnapshotReadiness(); // may read from the database
        app.UsePartition();
        app.UsePagePolicies();
        app.UseStorableText();
        app.UseRequestDecompression();
        app.UseBodyFaults();
        app.MapHealth();
        app.MapMetrics();
        if (role == Role.Worker) return app;

        app.MapDashboard();
        app.UseOpenApiDocument();
        app.MapJobs();
        app.MapIngestion();
        app.MapClusterings();
        app.MapProgress();
        app.MapMaps();
        app.MapClusteringExports();
        app.MapComparisons();
        app.MapLineage();
        app.MapClusters();
        app.MapClusterMembers();
        app.MapClusterNames();
        app.MapUserClusters();
        app.MapUserInterests();
        app.MapRecommendations();
        app.MapFeedback();
        app.MapAssignments();
        app.MapDrift();
        app.MapPrivacy();
        app.MapKeys();
        app.MapAudit();
        app.UseEndpoints(_ => { }); // registers the endpoints now, so that the OpenAPI document needs no running host
        return app;
    }
}
