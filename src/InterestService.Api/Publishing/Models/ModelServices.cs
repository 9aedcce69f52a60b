using InterestService.Api.Hosting;

namespace InterestService.Api.Publishing.Models;

internal static class ModelServices
{
    /// <summary>Adds the published model and, in workers, the assignment of new users by it.</summary>
    public static void AddPublishedModel(this IServiceCollection services, Role role)
    {
        services.AddSingleton<PublishedModel>();
        services.AddSingleton<MissingClusters>();
        if (role == Role.Api) return;
        services.AddSingleton<NewUserAssigner>();
        services.AddHostedService(provider => provider.GetRequiredService<NewUserAssigner>());
    }
}
