using InterestService.Api.Hosting;

namespace InterestService.Api.Assignments;

internal static class AssignmentServices
{
    public static void AddAssignments(this IServiceCollection services, Role role)
    {
        if (role == Role.Api) return;
        services.AddSingleton<NewUsers>();
        services.AddHostedService(provider => provider.GetRequiredService<NewUsers>());
    }
}
