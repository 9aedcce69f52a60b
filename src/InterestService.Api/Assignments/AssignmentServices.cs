using InterestService.Api.Hosting;
using InterestService.Api.Publishing.Models;

namespace InterestService.Api.Assignments;

internal static class AssignmentServices
{
    public static void AddAssignments(this IServiceCollection services, Role role)
    {
        if (role == Role.Api) return;
        services.AddSingleton<NewUserAssigner>();
        services.AddHostedService(provider => provider.GetRequiredService<NewUserAssigner>());
    }
}
