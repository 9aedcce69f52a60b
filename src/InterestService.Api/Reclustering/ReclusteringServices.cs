using InterestService.Api.Hosting;

namespace InterestService.Api.Reclustering;

internal static class ReclusteringServices
{
    public static void AddReclustering(this IServiceCollection services, Role role)
    {
        services.AddSingleton<DriftMeter>();
        if (role != Role.Api) services.AddHostedService<ReclusteringSchedule>();
    }
}
