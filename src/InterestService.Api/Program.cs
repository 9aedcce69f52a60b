using System.Text.Json;
using System.Text.Json.Serialization;
using InterestService.Api.Assignments;
using InterestService.Api.Clusterings;
using InterestService.Api.Clusterings.Comparisons;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Ingestion;
using InterestService.Api.Jobs;
using InterestService.Api.Privacy;
using InterestService.Api.Reclustering;
using InterestService.Api.Recommendations;
using InterestService.Api.Serving;
using Microsoft.Extensions.Options;

namespace InterestService.Api;

internal static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args);

    /// <summary>The whole host, not started; the database is opened between the two.</summary>
    public static WebApplication Build(string[] args)
    {
        // Settings lie beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var role = builder.Configuration.GetValue($"{InterestServiceOptions.Section}:{nameof(InterestServiceOptions.Role)}", Role.All);

        builder.AddLogging();
        builder.Services.AddOptions<InterestServiceOptions>().BindConfiguration(InterestServiceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<InterestServiceOptions>, InterestServiceOptionsValidator>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        builder.Services.AddProblems();
        builder.Services.AddApiKeys();
        builder.Services.AddRequestDecompression();
        builder.Services.AddOpenApiDocument();
        builder.Services.AddDatabase();
        builder.Services.AddJobs(role);
        builder.Services.AddSingleton<UploadPlaces>();
        builder.Services.AddServing();
        builder.Services.AddRecommendations();
        builder.Services.AddAssignments(role);
        builder.Services.AddReclustering(role);
        builder.Services.AddSingleton<UserEraser>();
        builder.Services.AddHealth();

        var app = builder.Build();
        app.UseRequestLog();
        app.UseProblems();
        app.UseHead();
        app.UseRouting();
        app.UseEscapedRouteValues();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRequestDecompression();
        app.MapHealth();
        if (role == Role.Worker) return app;

        app.MapGet("/", () => Results.Redirect("/swagger")).ExcludeFromDescription();
        app.UseOpenApiDocument();
        app.MapJobs();
        app.MapEvents();
        app.MapItems();
        app.MapLabels();
        app.MapLinks();
        app.MapClusterings();
        app.MapComparisons();
        app.MapLineage();
        app.MapClusters();
        app.MapUsers();
        app.MapRecommendations();
        app.MapFeedback();
        app.MapAssignments();
        app.MapDrift();
        app.MapPrivacy();
        app.UseEndpoints(_ => { }); // makes them known now, so that the OpenAPI document needs no running host
        return app;
    }
}
