using Hangfire;
using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using InterestService.Api.Storage.Entities;

namespace InterestService.Api.Clusterings;

internal static class ClusteringServices
{
    public static void AddClusterings(this IServiceCollection services)
    {
        services.AddSettings<ClusterNamerOptions>(ClusterNamerOptions.Subsection);
        services.AddSingleton<ClusterNamer>();
        services.AddJob<Clustering>("clusterings", (queue, id) => queue.Enqueue<ClusteringJob>(job => job.RunAsync(id, CancellationToken.None)));
    }
}
