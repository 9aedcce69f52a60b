using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace InterestService.Api.Storage;

/// <summary>Lets <c>dotnet ef migrations add NAME --output-dir Storage/Migrations</c> work without starting the host.</summary>
internal sealed class InterestDbContextDesign : IDesignTimeDbContextFactory<InterestDbContext>
{
    public InterestDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<InterestDbContext>().UseNpgsql().UseSnakeCaseNamingConvention().Options);
}
